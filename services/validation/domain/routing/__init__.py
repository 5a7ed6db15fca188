"""Where a submitted CER goes first: rules that the admin keeps, and the proposal that follows from them."""
