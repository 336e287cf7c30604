SELECT EXISTS (
    SELECT FROM crm.due_reversal due
    WHERE due.data_source_id = %(data_source_id)s AND due.due_at <= clock_timestamp()
) AS is_due;
