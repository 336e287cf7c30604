UPDATE crm.sync_run SET error = %(sentence)s, action = %(action)s, counts = counts || %(counts)s
WHERE sync_run_id = %(sync_run_id)s AND status = 'In Progress';
