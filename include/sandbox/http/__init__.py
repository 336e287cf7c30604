"""The store on a port: routes, pages, refusals and damaged answers."""
