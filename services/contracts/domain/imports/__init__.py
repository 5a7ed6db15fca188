"""What files received from elsewhere are made of."""
