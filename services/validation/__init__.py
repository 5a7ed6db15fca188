"""The study of submitted CERs: worklist, routing, return, opinion, and the one decision."""
