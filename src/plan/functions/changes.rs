//! What changes from one period to the next: added where it begins to count, taken away
//! behind where it ends.

/// What changes from a period to the next: of a group, by period.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    pub periods: Vec<i32>,
    /// For each of the periods the change in rows and of each value.
    pub by: Vec<i128>,
}

impl Changes {
    /// The changes of a period, made if there are none yet.
    fn at(&mut self, period: i32, width: usize) -> &mut [i128] {
        let place = match self.periods.binary_search(&period) {
            Ok(place) => place,
            Err(place) => {
                self.periods.insert(place, period);
                self.by.splice(place * width..place * width, std::iter::repeat_n(0, width));
                place
            }
        };
        &mut self.by[place * width..(place + 1) * width]
    }

    pub fn add(&mut self, period: i32, changes: &[i128]) {
        let own = self.at(period, changes.len());
        own.iter_mut().zip(changes).for_each(|(own, change)| *own += change);
    }

    /// From the one period up to the other.
    pub fn stretch(&mut self, first: i32, last: i32, changes: &mut [i128]) {
        if first > last {
            return;
        }
        self.add(first, changes);
        changes.iter_mut().for_each(|c| *c = -*c);
        self.add(last + 1, changes);
        changes.iter_mut().for_each(|c| *c = -*c);
    }

    /// Each period in which there are rows, with the values in it.
    pub fn each(&self, width: usize, mut period: impl FnMut(i32, &[i128])) {
        let mut now = vec![0; width];
        for (index, first) in self.periods.iter().enumerate() {
            let changes = &self.by[index * width..(index + 1) * width];
            now.iter_mut().zip(changes).for_each(|(now, change)| *now += change);
            // behind the last change nothing counts any more
            let end = self.periods.get(index + 1).copied().unwrap_or(*first);
            if now[0] > 0 {
                (*first..end).for_each(|p| period(p, &now[1..]));
            }
        }
    }

    pub fn size(&self) -> usize {
        size_of::<Changes>()
            + self.periods.capacity() * size_of::<i32>()
            + self.by.capacity() * size_of::<i128>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(added: &[(i32, i32, i128)], expected: &[(i32, i128)]) {
        let mut changes = Changes::default();
        added.iter().for_each(|(first, last, value)| changes.stretch(*first, *last, &mut [1, *value]));
        let mut found = Vec::new();
        changes.each(2, |period, values| found.push((period, values[0])));
        assert_eq!(found, expected);
    }

    #[test]
    fn a_period_has_what_has_begun_and_not_ended() {
        check(&[], &[]);
        check(&[(2, 2, 5)], &[(2, 5)]);
        check(&[(0, 2, 5), (1, 1, 7), (4, 5, 1)], &[(0, 5), (1, 12), (2, 5), (4, 1), (5, 1)]);
        // a period whose rows add up to nothing has rows
        check(&[(0, 1, 5), (1, 2, -5)], &[(0, 5), (1, 0), (2, -5)]);
        check(&[(3, 2, 5)], &[]);
    }
}
