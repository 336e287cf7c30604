"""What stores do to pushed orders comes back to the CRM: status, shipments, cancellations, deletions."""
