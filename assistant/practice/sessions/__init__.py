"""What is asked next, and what practice has shown so far."""
