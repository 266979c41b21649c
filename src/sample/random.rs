//! Chance by rule: SplitMix64 (Steele, Lea, Flood 2014), whose stream is fixed by its
//! twenty lines here, so that no dependency can ever change the sample. Integers only.

pub struct Random(u64);

impl Random {
    /// A stream of its own for each part, so that a change in one moves no other.
    pub fn new(part: &str) -> Random {
        let seed = part.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 up to and without `n`.
    pub fn below(&mut self, n: i64) -> i64 {
        ((u128::from(self.next()) * n.max(1) as u128) >> 64) as i64
    }

    /// Both ends included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below(high - low + 1)
    }

    /// The sum of three dice over the same span: most values lie in its middle.
    pub fn around(&mut self, low: i64, high: i64) -> i64 {
        (self.between(low, high) + self.between(low, high) + self.between(low, high)) / 3
    }

    /// True `n` times in a thousand.
    pub fn chance(&mut self, n: i64) -> bool {
        self.below(1000) < n
    }

    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len() as i64) as usize]
    }

    /// The index of one of the weights, as often as they say.
    pub fn weighted(&mut self, weights: &[i64]) -> usize {
        let mut rest = self.below(weights.iter().sum());
        weights
            .iter()
            .position(|weight| {
                rest -= weight;
                rest < 0
            })
            .unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    /// The reference values of SplitMix64 for the seed 1234567 (Vigna's splitmix64.c).
    #[test]
    fn is_split_mix_64() {
        let mut random = Random(1_234_567);
        let stream = [6457827717110365317, 3203168211198807973, 9817491932198370423];
        assert_eq!(stream.map(|_| random.next()), stream);
    }
}
