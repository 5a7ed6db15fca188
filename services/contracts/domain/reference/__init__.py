"""What the département keeps for all: the lists."""
