"""The pages, one module each. Every page is complete without JavaScript."""
