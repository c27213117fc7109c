"""Tools that make training and test material; never imported by the product."""
