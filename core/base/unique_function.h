#pragma once

#include <memory>
#include <type_traits>
#include <utility>

namespace sluice {

template <class Signature>
class UniqueFunction;

/// A callable that is moved, never copied: it may own a connection or a promise.
/// (std::move_only_function, which C++20 lacks.)
template <class Return, class... Arguments>
class UniqueFunction<Return(Arguments...)> {
public:
    UniqueFunction() = default;

    /// Lambdas convert, as with std::function. `requires` leaves copies and moves alone, which clang-tidy
    /// cannot see.
    template <class Callable>
    requires(!std::is_same_v<std::decay_t<Callable>, UniqueFunction>)
        UniqueFunction(Callable&& callable) // NOLINT(google-explicit-*,bugprone-forwarding-*): see above.
        : m_callable(std::make_unique<Held<std::decay_t<Callable>>>(std::forward<Callable>(callable)))
    {
    }

    Return operator()(Arguments... arguments)
    {
        return m_callable->call(std::forward<Arguments>(arguments)...);
    }

    explicit operator bool() const { return m_callable != nullptr; }

private:
    struct Base {
        Base() = default;
        Base(const Base&) = delete;
        Base& operator=(const Base&) = delete;
        virtual ~Base() = default;
        virtual Return call(Arguments... arguments) = 0;
    };

    template <class Callable>
    struct Held final : Base {
        explicit Held(Callable held)
            : callable(std::move(held))
        {
        }
        Return call(Arguments... arguments) override
        {
            return callable(std::forward<Arguments>(arguments)...);
        }
        Callable callable;
    };

    std::unique_ptr<Base> m_callable;
};

} // namespace sluice
