"""What is told of a dossier or a CER to a service that lost or never had it."""
