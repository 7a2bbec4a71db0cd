#pragma once

// A thin skin over the SQLite C API: owning handles, and errors as values. The only files that know sqlite3.h
// are sqlite.cpp and those that say so in their first line.

#include "core/base/result.h"
#include "core/capture/capture_error.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

struct sqlite3;
struct sqlite3_stmt;

namespace sluice::sqlite {

/// A prepared statement. One thread at a time, the one of its database. Must not outlive it.
class Statement {
public:
    Statement() = default;

    /// Parameters are numbered from 1. Bytes are not copied: they must live until reset() or the next bind.
    void bind(int index, std::int64_t value);
    void bind(int index, std::uint64_t value) { bind(index, static_cast<std::int64_t>(value)); }
    void bindText(int index, std::string_view text);
    void bindBlob(int index, std::string_view bytes);
    void bindNull(int index);

    /// True: there is a row. False: the end; the statement is ready for its next use.
    Result<bool, CaptureError> step();
    /// For statements without rows, or whose rows do not matter.
    Result<void, CaptureError> run();
    void reset();

    /// Columns are numbered from 0. Views live until the next step() or reset().
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::uint64_t counter(int column) const
    {
        return static_cast<std::uint64_t>(integer(column));
    }
    [[nodiscard]] std::string_view text(int column) const;
    [[nodiscard]] std::string_view blob(int column) const;
    [[nodiscard]] bool isNull(int column) const;

private:
    friend class Database;
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };
    std::unique_ptr<sqlite3_stmt, Finalize> m_statement;
    const std::string* m_path = nullptr;
};

/// Resets a statement when the scope ends, so that no read transaction stays open.
class ResetAtEnd {
public:
    explicit ResetAtEnd(Statement& statement)
        : m_statement(statement)
    {
    }
    ResetAtEnd(const ResetAtEnd&) = delete;
    ResetAtEnd& operator=(const ResetAtEnd&) = delete;
    ~ResetAtEnd() { m_statement.reset(); }

private:
    Statement& m_statement;
};

enum class Access : std::uint8_t {
    ReadOnly,
    ReadWrite,
    Create,
};

enum class CheckpointMode : std::uint8_t { Passive, Restart, Truncate };

/// How a checkpoint went, in frames (pages) of the write-ahead log.
struct CheckpointState {
    int framesInLog = 0;
    int framesCopied = 0;
    [[nodiscard]] bool isComplete() const { return framesInLog == framesCopied; }
};

/// What the first page says of a file's origin.
struct FileHeader {
    std::uint32_t applicationId = 0;
    std::uint32_t userVersion = 0;
};

/// One connection. One thread at a time.
class Database {
public:
    Database() = default;

    /// With wal_autocheckpoint off and no checkpoint when the connection closes; waits up to a second for
    /// locks.
    static Result<Database, CaptureError> open(const std::string& path, Access access);

    /// Runs statements without parameters; rows are ignored.
    Result<void, CaptureError> run(const std::string& sql);
    /// The first column of the first row of a statement that gives one.
    Result<std::int64_t, CaptureError> number(const std::string& sql);
    Result<std::string, CaptureError> text(const std::string& sql);
    Result<Statement, CaptureError> prepare(std::string_view sql);
    /// Read from the file itself, without a lock and without side files. Empty: not an SQLite database.
    Result<std::optional<FileHeader>, CaptureError> header();

    [[nodiscard]] bool isOpen() const { return m_handle != nullptr; }
    [[nodiscard]] std::int64_t rowsChanged() const;
    void rollback(); ///< Of the open transaction, when there is one.
    void setBusyTimeout(int milliseconds);

    /// After each commit `pages` is set to the pages that the write-ahead log then holds. `pages` must
    /// outlive this.
    void reportLogPages(class LogPages& pages);
    Result<CheckpointState, CaptureError> checkpoint(CheckpointMode mode);

    void close();

private:
    friend class Backup;
    struct Close {
        void operator()(sqlite3* handle) const;
    };
    std::unique_ptr<std::string> m_path = std::make_unique<std::string>(); ///< Statements point at it.
    std::unique_ptr<sqlite3, Close> m_handle;
};

/// Receives the length of the write-ahead log; see Database::reportLogPages().
class LogPages {
public:
    virtual ~LogPages() = default;
    virtual void set(int pages) = 0;
};

/// Copies a database page by page, in steps, while the source connection goes on writing.
class Backup {
public:
    /// Both must outlive the backup; `from` may be written by its own connection between two steps.
    static Result<Backup, CaptureError> start(Database& from, Database& to);
    /// Copies up to `pages`. True: everything is copied.
    Result<bool, CaptureError> step(int pages);

private:
    struct Finish {
        void operator()(void* backup) const;
    };
    std::unique_ptr<void, Finish> m_backup;
    Database* m_to = nullptr;
};

/// A read transaction (or a write transaction that is rolled back) for the scope.
class Transaction {
public:
    static Result<Transaction, CaptureError> read(Database& database);
    static Result<Transaction, CaptureError> write(Database& database);
    Transaction(Transaction&& other) noexcept
        : m_database(std::exchange(other.m_database, nullptr))
    {
    }
    Transaction& operator=(Transaction&&) = delete;
    ~Transaction();

    /// Ends a write transaction well; when it fails, it is rolled back.
    Result<void, CaptureError> commit();

private:
    explicit Transaction(Database& database)
        : m_database(&database)
    {
    }
    Database* m_database;
};

} // namespace sluice::sqlite
