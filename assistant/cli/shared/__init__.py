"""What commands share: options, the terminal, completion."""
