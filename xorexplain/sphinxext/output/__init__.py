"""Turn what was recorded into nodes of a document, and nodes into what each builder can show."""
