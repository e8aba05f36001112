drop procedure reference_detach(regclass);
drop procedure reference_attach(regclass);
drop procedure reference_touch(regclass);
drop view reference_links;
drop function reference_key_columns(regclass);
drop function reference_order(regclass);
