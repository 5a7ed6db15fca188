"""The agents as contracts knows them."""
