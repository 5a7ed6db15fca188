"""What a message is and becomes, without any input or output."""
