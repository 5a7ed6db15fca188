"""The chef de service's delegations: to whom, from when to when, for which CERs."""
