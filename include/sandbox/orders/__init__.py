"""V2 orders: what a POST may say, what an order then is, and how orders are found."""
