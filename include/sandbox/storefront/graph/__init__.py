"""The GraphQL Storefront API. Its modules load graphql-core, so they are imported when a shopper comes."""
