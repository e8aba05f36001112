drop function reference_violations(text, jsonb);
drop function reference_images(text, jsonb);
drop function reference_defaults(regclass);
drop function reference_all_rows(text, boolean);
drop function reference_active_rows(text);
drop function reference_columns(regclass);
drop function reference_table(text);
