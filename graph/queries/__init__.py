"""Queries to a graph: paths, reasons, names, parts."""
