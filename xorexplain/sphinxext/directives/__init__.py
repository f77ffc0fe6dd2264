"""Hold the directives, a module each: what a page shows, and which options it takes."""
