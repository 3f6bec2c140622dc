-- What an undecided event touches is asked for at each decision and for each command that may go. An index that
-- puts its news off until the next vacuum has all of the news read through each time: up to 4 MB.
SET LOCAL lock_timeout = '5s';

ALTER INDEX events_open_by_touch SET (fastupdate = off);
SELECT gin_clean_pending_list('events_open_by_touch');
