DELETE FROM crm.change_pause;
