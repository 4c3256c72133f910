"""What is asked of a graph: paths, reasons, names, parts."""
