"""What the study of a CER is, without any input or output."""
