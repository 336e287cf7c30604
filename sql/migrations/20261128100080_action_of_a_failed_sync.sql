-- migrate:up
ALTER TABLE crm.sync_run
    ADD COLUMN action text NOT NULL DEFAULT ''
        CHECK (action IN ('', 'new_token', 'allow_mass_removal', 'start_again'));
COMMENT ON COLUMN crm.sync_run.action IS
    'What the page offers beside the error: enter a new token, sync and allow mass removal, or start again; empty if nothing on the page helps.';

-- migrate:down
ALTER TABLE crm.sync_run DROP COLUMN action;
