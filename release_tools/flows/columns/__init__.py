"""What fills the table beyond the source: built, published and deployed, side by side."""
