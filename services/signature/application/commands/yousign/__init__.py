"""What is done with Yousign, by work rows: one a request, from the draft to the signed file, or to its end."""
