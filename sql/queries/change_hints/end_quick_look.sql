UPDATE crm.data_source SET quick_looked_until = %(looked_until)s WHERE data_source_id = %(data_source_id)s;
