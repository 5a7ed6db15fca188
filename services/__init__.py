"""One folder for each independent service; none imports another."""
