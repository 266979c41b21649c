-- A second opinion on the library: the same numbers by another engine (DuckDB 2.0), from
-- the same files. Run in examples/acme; each table below is a CSV beside this file:
--   duckdb -c ".read ../../tests/library/expected.sql"
create table leads as select *, created_at::date as created_on from read_csv('data/leads.csv', types={'created_at':'TIMESTAMP','first_contact_at':'TIMESTAMP'});
create table accounts as from read_csv('data/accounts.csv');
create table opportunities as from read_csv('data/opportunities.csv', types={'amount':'DECIMAL(18,2)'});
create table quotas as from read_csv('data/quotas.csv', types={'amount':'DECIMAL(18,2)'});
create table subscriptions as from read_csv('data/subscriptions.csv', types={'mrr':'DECIMAL(18,2)'});
create table spend as from read_csv('data/spend.csv', types={'amount':'DECIMAL(18,2)'});
create table orders as from read_parquet('data/orders.parquet');
create table quarters as select q::date as q, (q + interval 3 month)::date as n from generate_series(date '2023-01-01', date '2025-12-31', interval 3 month) t(q);

-- ------------------------------------------------------------ flows
create table closed as select q,
  count(*) filter (stage='Closed Won' and type='New') as new_won,
  sum(amount) filter (stage='Closed Won' and type in ('New','Expansion')) as bookings,
  sum(amount) filter (stage='Closed Won') as won_revenue,
  sum(amount) filter (stage='Closed Won' and type='New') as new_business_revenue,
  sum(amount) filter (stage='Closed Won' and type='Expansion') as expansion_revenue,
  sum(amount) filter (stage='Closed Won' and type='Renewal') as renewal_revenue,
  avg(amount) filter (stage='Closed Won' and type in ('New','Expansion')) as average_deal_size,
  median(amount::double) filter (stage='Closed Won' and type in ('New','Expansion')) as median_deal_size,
  count(distinct owner_id) filter (stage in ('Closed Won','Closed Lost')) as selling_reps,
  count(*) filter (stage='Closed Won' and type='New')/count(*) filter (type='New') as win_rate,
  count(*) filter (stage='Closed Won')/count(*) as overall_win_rate,
  (sum(amount) filter (stage='Closed Won' and type='New'))::double/sum(amount) filter (type='New') as value_win_rate,
  count(*) filter (stage='Closed Won' and type='New')/nullif(count(*) filter (stage='Closed Lost' and type='New'),0) as win_loss_ratio,
  count(*) filter (stage='Closed Won' and type='Renewal')/nullif(count(*) filter (type='Renewal'),0) as renewal_rate,
  (sum(amount) filter (stage='Closed Won' and type='Renewal'))::double/sum(amount) filter (type='Renewal') as renewal_rate_by_value,
  count(*) filter (stage='Closed Won' and type='Expansion')/nullif(count(*) filter (type='Expansion'),0) as upsell_success_rate,
  count(*) filter (stage='Closed Lost' and type='New') as deals_lost,
  coalesce(sum(amount) filter (stage='Closed Lost' and type='New'),0) as lost_revenue,
  avg(closed_on-created_on) filter (stage='Closed Won' and type='New') as sales_cycle,
  median(closed_on-created_on) filter (stage='Closed Won' and type='New') as median_sales_cycle,
  count(*) filter (type='New') as worked,
  avg(amount) filter (stage='Closed Won' and type='New') as new_deal_size,
  count(distinct account_id) filter (stage='Closed Won' and type='New') as new_customers,
  count(*) filter (stage='Closed Won' and type in ('New','Expansion')) as deals_won,
  quantile_cont(amount::double, 0.9) filter (stage='Closed Won' and type in ('New','Expansion')) as large_deal_size
  from quarters join opportunities on closed_on>=q and closed_on<n group by q;
create table firsts as select account_id, min(closed_on) as first_won_on from opportunities where stage='Closed Won' group by 1;
create table logos as select q, count(distinct account_id) as new_logos, sum(amount) as new_logo_revenue
  from quarters join (select * from opportunities join firsts using (account_id) where stage='Closed Won' and type<>'Renewal' and closed_on=first_won_on) o on closed_on>=q and closed_on<n group by q;
create table created as select q,
  count(*) filter (type='New') as new_created,
  count(*) filter (stage='Closed Won' and type='New')/count(*) filter (type='New') as sales_conversion_rate,
  count(*) filter (stage not in ('Closed Won','Closed Lost') and type='New')/count(*) filter (type='New') as undecided_rate,
  count(*) filter (type in ('New','Expansion')) as opportunities_created,
  sum(amount) filter (type in ('New','Expansion')) as pipeline_created
  from quarters join opportunities on created_on>=q and created_on<n group by q;
create table leads_in as select q, count(*) as leads_created,
  count(qualified_on)/count(*) as lead_qualification_rate,
  count(converted_on)/count(*) as lead_to_opportunity_rate,
  count(first_contact_at)/count(*) as leads_followed_up,
  -- a lead never answered is not one answered in time; unknown while one may still be
  case when count(*) filter (first_contact_at is null and created_at + interval 24 hours > timestamp '2026-01-01') = 0
    then count(*) filter (first_contact_at-created_at <= interval 24 hours)/count(*) end as leads_answered_in_a_day,
  median(epoch(first_contact_at)-epoch(created_at))/3600 as lead_response_time
  from quarters join leads on created_on>=q and created_on<n group by q;
create table leads_qualified as select q, count(*) as leads_qualified,
  count(converted_on)/count(*) as qualified_to_opportunity_rate
  from quarters join leads on qualified_on>=q and qualified_on<n group by q;
create table quota as select q, sum(amount) as quota, count(distinct rep_id) as reps from quarters join quotas on month>=q and month<n group by q;
-- half of a cost is no cost: unknown while any of it is not booked
create table spent as select q, case when count(amount)=count(*) then sum(amount) end as marketing_spend from quarters join spend on month>=q and month<n group by q;
create table shop as select q,
  count(*) filter (status='Completed') as orders_completed,
  sum(amount-discount) filter (status='Completed') as shop_revenue,
  sum(items) filter (status='Completed')/count(*) filter (status='Completed') as items_per_order,
  count(distinct account_id) filter (status='Completed') as buying_accounts,
  count(account_id) filter (status='Completed')/count(distinct account_id) filter (status='Completed') as orders_per_account,
  (sum(discount) filter (status='Completed'))::double/sum(amount) filter (status='Completed') as discount_rate,
  (sum(amount-discount) filter (status='Completed'))::double/sum(amount) filter (status='Completed') as price_realization,
  count(*) filter (status='Completed' and discount>0)/count(*) filter (status='Completed') as discounted_orders,
  count(*) filter (status='Cancelled')/count(*) as cancellation_rate,
  count(*) filter (status='Returned')/count(*) filter (status<>'Cancelled') as return_rate
  from quarters join orders on ordered_on>=q and ordered_on<n group by q;

copy (select q as quarter, bookings, won_revenue, new_business_revenue, coalesce(expansion_revenue,0) as expansion_revenue,
  coalesce(renewal_revenue,0) as renewal_revenue, round(average_deal_size,6) as average_deal_size, round(median_deal_size,6) as median_deal_size,
  round(bookings::double/selling_reps,6) as bookings_per_selling_rep, round(bookings::double/reps,6) as bookings_per_rep,
  round(bookings::double/marketing_spend,6) as bookings_per_spend,
  round(win_rate,6) as win_rate, round(overall_win_rate,6) as overall_win_rate, round(value_win_rate,6) as value_win_rate,
  round(sales_conversion_rate,6) as sales_conversion_rate, round(new_won/new_created,6) as rolling_close_rate, round(win_loss_ratio,6) as win_loss_ratio,
  round(renewal_rate,6) as renewal_rate, round(renewal_rate_by_value,6) as renewal_rate_by_value, round(upsell_success_rate,6) as upsell_success_rate,
  round(lead_qualification_rate,6) as lead_qualification_rate, round(lead_to_opportunity_rate,6) as lead_to_opportunity_rate,
  round(qualified_to_opportunity_rate,6) as qualified_to_opportunity_rate, deals_lost, lost_revenue,
  leads_created, leads_qualified, opportunities_created, pipeline_created, round(leads_followed_up,6) as leads_followed_up,
  round(leads_answered_in_a_day,6) as leads_answered_in_a_day, round(lead_response_time,6) as lead_response_time,
  round(sales_cycle,6) as sales_cycle, median_sales_cycle, round(worked*new_deal_size*win_rate/sales_cycle,6) as sales_velocity,
  quota, round(bookings::double/quota,6) as quota_attainment, bookings-quota as quota_gap,
  marketing_spend, new_customers, round(marketing_spend::double/leads_created,6) as cost_per_lead,
  round(marketing_spend::double/leads_qualified,6) as cost_per_qualified_lead, round(marketing_spend::double/opportunities_created,6) as cost_per_opportunity,
  round(marketing_spend::double/new_won,6) as cost_per_acquisition, round(marketing_spend::double/new_customers,6) as marketing_cost_per_customer,
  orders_completed, shop_revenue, round(shop_revenue::double/orders_completed,6) as average_order_value, round(items_per_order,6) as items_per_order,
  buying_accounts, round(orders_per_account,6) as orders_per_account, round(discount_rate,6) as discount_rate, round(price_realization,6) as price_realization,
  round(discounted_orders,6) as discounted_orders, round(cancellation_rate,6) as cancellation_rate, round(return_rate,6) as return_rate,
  new_logos, new_logo_revenue, deals_won, round(large_deal_size,6) as large_deal_size, round(undecided_rate,6) as undecided_rate
  from closed join logos using (q) join created using (q) join leads_in using (q) join leads_qualified using (q) join quota using (q) join spent using (q) join shop using (q) order by q
) to '../../tests/library/flows_by_quarter.csv' (header);

-- ------------------------------------------------------------ subscriptions, account by account
create table held as select q, account_id,
  coalesce(sum(mrr) filter (started_on<q and (ended_on is null or ended_on>=q)),0) as opening,
  coalesce(sum(mrr) filter (started_on<n and (ended_on is null or ended_on>=n)),0) as closing,
  coalesce(sum(mrr) filter (started_on<n - interval 1 year and (ended_on is null or ended_on>=n - interval 1 year)),0) as year_ago,
  min(started_on) as started_on, any_value(n) as n from quarters cross join subscriptions group by q, account_id;
create table recurring as select q, sum(closing) as mrr, sum(closing)*12 as arr, count(*) filter (closing>0) as customers,
  sum(opening) as opening_mrr,
  coalesce(sum(closing) filter (opening=0 and closing>0 and started_on>=q and started_on<n),0) as new_mrr,
  coalesce(sum(closing) filter (opening=0 and closing>0 and started_on<q),0) as reactivation_mrr,
  coalesce(sum(closing-opening) filter (opening>0 and closing>opening),0) as expansion_mrr,
  coalesce(sum(closing-opening) filter (closing>0 and closing<opening),0) as contraction_mrr,
  coalesce(-sum(opening) filter (opening>0 and closing=0),0) as churned_mrr,
  sum(closing-opening) as net_new_mrr,
  (sum(closing) filter (opening>0))::double/sum(opening) as net_revenue_retention,
  sum(least(opening,closing))::double/sum(opening) as gross_revenue_retention,
  count(*) filter (opening>0 and closing=0)/count(*) filter (opening>0) as customer_churn_rate,
  coalesce(sum(closing-opening) filter (closing>opening),0)::double/nullif(-sum(closing-opening) filter (closing<opening),0) as quick_ratio,
  count(*) filter (opening>0 and closing>opening)/count(*) filter (opening>0) as upsell_rate,
  (sum(closing) filter (year_ago>0))::double/nullif(sum(year_ago),0) as net_12, sum(least(closing,year_ago))::double/nullif(sum(year_ago),0) as gross_12, sum(year_ago) as mrr_then
  from held group by q;
copy (select q as quarter, mrr, arr, customers, round(mrr::double/customers,6) as average_revenue_per_account,
  round(mrr::double/nullif(opening_mrr,0)-1,6) as mrr_growth, opening_mrr, new_mrr, reactivation_mrr, expansion_mrr, contraction_mrr, churned_mrr, net_new_mrr,
  round(net_revenue_retention,6) as net_revenue_retention, round(gross_revenue_retention,6) as gross_revenue_retention,
  round(customer_churn_rate,6) as customer_churn_rate, round(1-customer_churn_rate,6) as customer_retention_rate, round(quick_ratio,6) as quick_ratio,
  round(net_new_mrr::double*12/lag(marketing_spend) over (order by q),6) as marketing_efficiency,
  round(expansion_mrr::double/nullif(opening_mrr,0),6) as expansion_rate, round(upsell_rate,6) as upsell_rate,
  round(net_12,6) as net_revenue_retention_12_months, round(gross_12,6) as gross_revenue_retention_12_months,
  round(mrr::double/nullif(mrr_then,0)-1,6) as mrr_growth_year, round((mrr::double/nullif(mrr_then,0))**(1.0/12)-1,6) as mrr_growth_compound
  from recurring join spent using (q) order by q) to '../../tests/library/recurring_by_quarter.csv' (header);

-- ------------------------------------------------------------ what is open, growth, windows, reps, buyers
create table open_then as select q, sum(amount) as open_pipeline, count(*) as open_opportunities, avg(n-1-created_on) as deal_age,
  count(*) filter (n-1-created_on>180) as stale_opportunities
  from quarters join opportunities on type in ('New','Expansion') and created_on<n and (closed_on is null or closed_on>=n) group by q;
create table median_age as select q, median(n-1-created_on) as median_deal_age, round(quantile_cont(n-1-created_on,0.9),6) as high_deal_age
  from quarters join opportunities on type in ('New','Expansion') and created_on<n and (closed_on is null or closed_on>=n) group by q;
create table due as select q, sum(amount) as due from quarters join opportunities on type in ('New','Expansion') and created_on<q and (closed_on is null or closed_on>=q) and expected_on>=q and expected_on<n group by q;
create table tops as select q, sum(bookings) filter (rn<=ceil(c*0.1))::double/sum(bookings) as top_customers_share
  from (select *, row_number() over (partition by q order by bookings desc) as rn, count(*) over (partition by q) as c
    from (select q, account_id, sum(amount) as bookings from quarters join opportunities on stage='Closed Won' and type in ('New','Expansion') and closed_on>=q and closed_on<n group by all having bookings>0)) group by q;
create table shoppers as select account_id, min(ordered_on) as first_on from orders where status='Completed' and account_id is not null group by 1;
create table returns as select q,
  sum(amount-discount) filter (ordered_on=first_on) as first_order_revenue, sum(amount-discount) filter (ordered_on>first_on) as later_order_revenue,
  count(distinct account_id) filter ((select count(*) from orders e where e.status='Completed' and e.account_id=o.account_id and e.ordered_on<n)>=2)/count(distinct account_id) as returning_customer_rate
  from quarters join (select * from orders join shoppers using (account_id) where status='Completed') o on ordered_on>=q and ordered_on<n group by q;
create table churned as select q, count(*) filter (not exists (from orders e where e.status='Completed' and e.account_id=b.account_id and e.ordered_on>=n-90 and e.ordered_on<n))/count(*) as buyer_churn_rate
  from (select distinct q, n, account_id from quarters join orders on status='Completed' and account_id is not null and ordered_on>=q-90 and ordered_on<q) b group by q;
create table had as select q, count(*) as had from quarters join opportunities on type='New' and created_on<n and (closed_on is null or closed_on>=q) group by q;
create table years as select q, (select sum(amount) from opportunities where stage='Closed Won' and type in ('New','Expansion') and closed_on>=date_trunc('year',q) and closed_on<n) as bookings_year_to_date,
  (select sum(amount) from opportunities where stage='Closed Won' and type in ('New','Expansion') and closed_on>=n-interval 12 month and closed_on<n) as bookings_12_months from quarters;
create table cohort as select q, case when n-1+90<=date '2025-12-31' then count(*) filter (stage='Closed Won' and closed_on-created_on<=90)/count(*) end as won_in_90_days
  from quarters join opportunities on type='New' and created_on>=q and created_on<n group by q,n;
create table reps as select q, rep_id, sum(amount) as quota,
  coalesce((select sum(amount) from opportunities where owner_id=rep_id and stage='Closed Won' and type in ('New','Expansion') and closed_on>=q and closed_on<n),0) as bookings
  from quarters join quotas on month>=q and month<n group by q,n,rep_id;
create table best as select q, count(*) filter (bookings>=quota)/count(*) as reps_at_quota, sum(bookings) filter (rn<=ceil(c*0.1))::double/sum(bookings) as top_reps_share
  from (select *, row_number() over (partition by q order by bookings desc) as rn, count(*) over (partition by q) as c from reps) group by q;
create table buyers as select q, account_id, count(*) as orders, sum(amount-discount) as revenue from quarters join orders on status='Completed' and account_id is not null and ordered_on>=q and ordered_on<n group by q, account_id;
create table bought as select q, count(*) filter (orders>=2)/count(*) as repeat_purchase_rate, sum(revenue) filter (rn<=ceil(c*0.1))::double/sum(revenue) as top_accounts_share
  from (select *, row_number() over (partition by q order by revenue desc) as rn, count(*) over (partition by q) as c from buyers) group by q;
copy (select q as quarter, open_pipeline, open_opportunities, round(deal_age,6) as deal_age, stale_opportunities, round(new_won/had,6) as close_ratio,
  round(bookings::double/lag(bookings) over (order by q)-1,6) as bookings_growth, round(bookings::double/lag(bookings,4) over (order by q)-1,6) as bookings_growth_year,
  bookings_year_to_date, bookings_12_months, round(won_in_90_days,6) as won_in_90_days, round(reps_at_quota,6) as reps_at_quota, round(top_reps_share,6) as top_reps_share,
  round(repeat_purchase_rate,6) as repeat_purchase_rate, round(top_accounts_share,6) as top_accounts_share,
  median_deal_age, high_deal_age, round(due::double/quota,6) as pipeline_coverage, round(1/value_win_rate,6) as required_coverage, round(top_customers_share,6) as top_customers_share,
  first_order_revenue, later_order_revenue, round(returning_customer_rate,6) as returning_customer_rate, round(buyer_churn_rate,6) as buyer_churn_rate
  from closed join open_then using (q) join had using (q) join years using (q) join cohort using (q) join best using (q) join bought using (q) join median_age using (q) left join due using (q) join quota using (q) join tops using (q) join returns using (q) left join churned using (q) order by q) to '../../tests/library/pipeline_by_quarter.csv' (header);
copy (select loss_reason, deals_lost, round(deals_lost/sum(deals_lost) over (),6) as share_of_losses from (select coalesce(loss_reason,'(none)') as loss_reason, count(*) as deals_lost from opportunities where stage='Closed Lost' and type='New' group by 1) order by 1) to '../../tests/library/losses.csv' (header);
