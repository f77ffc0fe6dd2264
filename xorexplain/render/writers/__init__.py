"""Write a document in a language: one module each."""
