"""Commission sessions: who sits, which CERs are on the agenda, what is said of each."""
