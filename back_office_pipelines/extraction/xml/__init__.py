"""Electronic invoices as XML: one YAML map per syntax says where each field stands, and one walker reads them all."""
