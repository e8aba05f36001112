drop table repeatables;
