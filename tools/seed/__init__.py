"""`make seed N=…`: a made-up département in contracts' database, as large as wanted, to measure and to try lists on."""
