"""The GraphQL Storefront API. Importing its modules loads graphql-core, which takes half a second."""
