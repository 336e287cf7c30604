"""What a shopper meets: scripts on the pages, carts, storefront tokens, and GraphQL."""
