"""Which features first: ranked by a method on what is known of each, with how sure the order is."""
