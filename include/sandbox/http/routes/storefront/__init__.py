"""The storefront: its pages, its REST API and GraphQL."""
