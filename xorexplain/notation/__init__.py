"""Write mathematics: expressions as records, and one printer a notation."""
