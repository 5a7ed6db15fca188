"""What the département keeps for all: lists, dated texts, territories. All of it is versioned, none of it rewritten."""
