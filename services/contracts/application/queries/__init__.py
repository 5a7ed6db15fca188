"""What agents read, each within what the table of rights lets them see."""
