use super::*;
use proptest::prelude::*;

fn unit(text: &str) -> Unit {
    let mut parts = text.split('/');
    let first = parts.next().unwrap();
    let over = if first == "1" { Unit::none() } else { Unit::of(Base::from_name(first).unwrap()) };
    parts.fold(over, |u, p| u.over(&Unit::of(Base::from_name(p).unwrap())).0)
}

fn check_factor(from: &str, to: &str, expected: Option<(i64, i64)>) {
    let found = unit(from).factor_to(&unit(to)).map(|r| (r.num, r.den));
    assert_eq!(found, expected, "{from} to {to}");
}

#[test]
fn conversions_are_exact() {
    check_factor("USD/month", "USD/year", Some((12, 1)));
    check_factor("USD/year", "USD/month", Some((1, 12)));
    check_factor("hours", "days", Some((1, 24)));
    check_factor("weeks", "minutes", Some((10_080, 1)));
    check_factor("USD", "EUR", None);
    check_factor("months", "days", None);
    check_factor("USD/month", "USD", None);
}

#[test]
fn a_product_cancels_what_is_of_one_dimension() {
    let (unit_, ratio) = unit("USD/month").times(&unit("year"));
    assert_eq!((unit_.to_string(), ratio), ("USD".into(), Ratio::new(12, 1)));
}

#[test]
fn units_are_shown_as_they_are_written() {
    for text in ["USD", "USD/month", "days", "1/month", "USD/day"] {
        assert_eq!(unit(text).to_string(), text);
    }
}

#[test]
fn a_currency_is_one_that_iso_lists() {
    assert_eq!(Base::from_name("usd"), None);
    assert_eq!(Currency::from_code("JPY").unwrap().scale(), 0);
    assert_eq!(Currency::from_code("EUR").unwrap().symbol(), "€");
}

fn any_unit() -> impl Strategy<Value = Unit> {
    let names = ["USD", "EUR", "second", "day", "week", "month", "year"];
    proptest::collection::vec((0..names.len(), -1i8..=1), 0..4).prop_map(move |picks| {
        picks
            .into_iter()
            .fold(Unit::none(), |u, (i, p)| u.times(&Unit::of(Base::from_name(names[i]).unwrap()).power(p)).0)
    })
}

proptest! {
    #[test]
    fn units_form_a_group(a in any_unit(), b in any_unit()) {
        let (product, ratio) = a.times(&b);
        let (back, back_ratio) = product.over(&b);
        // the base may be another one of the same dimension; what counts is that it is the same measure
        let factor = back.factor_to(&a).expect("dividing by b undoes multiplying by b");
        prop_assert_eq!(ratio.times(back_ratio).times(factor), Ratio::ONE);
        prop_assert!(a.over(&a).0.is_none());
    }
}
