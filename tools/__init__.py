"""Tools of the repository: no service needs them to run."""
